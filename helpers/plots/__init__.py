"""Still pictures: each draws on the Axes it is given, or makes one, and returns it.

Pictures are shown in the lessons, not built there. They are made for the course's style sheet,
``plt.style.use("helpers.course")``.
"""

from helpers.plots.describe import announce

announce()
