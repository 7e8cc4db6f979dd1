"""A slider and what it comes to, drawn by Panel."""

import panel as pn

pn.extension(throttled=False)
slider = pn.widgets.IntSlider(name="Guests", start=0, end=10, value=3)
pn.Column("# Seating", slider, pn.bind(lambda guests: f"{guests} guests need {-(-guests // 4)} tables", slider)).servable()
