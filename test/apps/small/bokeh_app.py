"""A slider, a plot and a text that follows them, drawn by Bokeh."""

from bokeh.io import curdoc
from bokeh.layouts import column
from bokeh.models import Div, Slider
from bokeh.plotting import figure

plot = figure(height=200, title="Tides")
plot.line([1, 2, 3, 4], [2, 5, 3, 6])
text = Div(text="level 3")
slider = Slider(start=0, end=10, value=3, step=1, title="Level")
slider.on_change("value", lambda _attribute, _old, new: setattr(text, "text", f"level {new}"))
curdoc().add_root(column(slider, plot, text))
