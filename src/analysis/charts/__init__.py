"""Charts: ``plot_x(ax, table, ...) -> Axes`` draws a findings table, ``x_figure(table, ...) -> Figure`` captions it.

One file per family; colours and markers of the senses come from ``analysis.charts.style`` alone.
"""
