"""Energy of a building by hour: callbacks that redraw a chart, and a file of your own readings.

    gatehouse run -- python examples/dash/energy.py
"""

import base64
import binascii
import csv
import io
import math
from urllib.parse import unquote

import plotly.graph_objects as go
from dash import Dash, Input, Output, dcc, html
from flask import has_request_context, request

FLOORS = {"Ground floor": 14.0, "Offices": 22.0, "Server room": 31.0}
COLOURS = ["#4c78a8", "#f58518", "#54a24b", "#b279a2"]


def reading(floor: str, hour: int, setback: int) -> float:
    """Kilowatts: people by day, machines all the time, less by the night setback."""
    base = FLOORS[floor]
    if floor == "Server room":
        return base
    day = max(0.0, math.sin((hour - 6) * math.pi / 13)) if 6 <= hour <= 19 else 0.0
    night = base * (1 - setback / 100) if day == 0 else base
    return round(night * 0.6 + base * day, 2)


app = Dash(__name__, title="Energy", update_title=None)
server = app.server


def layout():
    # Dash also asks for the layout once at its start, when nobody has asked yet.
    name = unquote(request.headers.get("X-Gatehouse-Name", "")) if has_request_context() else ""
    return html.Main(
        style={"maxWidth": "960px", "margin": "2rem auto", "fontFamily": "system-ui, sans-serif", "padding": "0 1rem"},
        children=[
            html.H1("Energy of the building", style={"marginBottom": 0}),
            html.P(f"Signed in as {name}" if name else "This app runs without its gate.", style={"color": "#666"}),
            html.Label("Floors"),
            dcc.Dropdown(list(FLOORS), list(FLOORS), multi=True, id="floors", clearable=False),
            html.Label("Night setback (%)", style={"display": "block", "marginTop": "1rem"}),
            dcc.Slider(0, 60, 5, value=20, id="setback"),
            html.P(id="total", style={"fontSize": "1.4rem", "fontWeight": 600}),
            dcc.Graph(id="chart", config={"displaylogo": False}),
            dcc.Upload(
                id="upload",
                children=html.Div("Drop a CSV file with the columns hour and kilowatts, or click to choose one"),
                style={"border": "2px dashed #bbb", "borderRadius": "8px", "padding": "1.2rem", "textAlign": "center"},
                max_size=1_000_000,
            ),
            html.P(id="uploaded", role="status"),
        ],
    )


app.layout = layout


def read_upload(contents: str) -> list[tuple[int, float]]:
    """Hours and kilowatts of an uploaded file; ValueError says what is wrong with it."""
    try:
        text = base64.b64decode(contents.split(",", 1)[1], validate=True).decode("utf-8")
        rows = [(int(row["hour"]), float(row["kilowatts"])) for row in csv.DictReader(io.StringIO(text))]
    except (IndexError, KeyError, TypeError, ValueError, binascii.Error) as error:
        raise ValueError("The file needs the columns hour and kilowatts, with numbers in them.") from error
    if not rows or any(not 0 <= hour <= 23 for hour, _ in rows):
        raise ValueError("Hours go from 0 to 23, and there has to be at least one.")
    return rows


@app.callback(
    Output("chart", "figure"),
    Output("total", "children"),
    Output("uploaded", "children"),
    Input("floors", "value"),
    Input("setback", "value"),
    Input("upload", "contents"),
)
def redraw(floors, setback, contents):
    figure = go.Figure(
        layout={
            "template": "plotly_white",
            "colorway": COLOURS,
            "yaxis_title": "kW",
            "xaxis_title": "hour",
            "legend": {"orientation": "h", "y": 1.1},
            "margin": {"t": 10, "l": 40, "r": 10, "b": 40},
        }
    )
    total = 0.0
    for floor in floors:
        values = [reading(floor, hour, setback) for hour in range(24)]
        total += sum(values)
        figure.add_scatter(x=list(range(24)), y=values, name=floor, stackgroup="all", mode="lines")
    said = ""
    if contents:
        try:
            own = read_upload(contents)
            figure.add_scatter(x=[hour for hour, _ in own], y=[power for _, power in own], name="Your readings")
            said = f"{len(own)} readings of yours are in the chart."
        except ValueError as error:
            said = str(error)
    return figure, f"{total:,.0f} kWh a day", said


if __name__ == "__main__":
    app.run(debug=False)
