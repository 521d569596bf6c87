"""The course as a site: pages from the saved notebooks, and pictures that move without a kernel."""
