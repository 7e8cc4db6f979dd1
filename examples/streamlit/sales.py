"""Sales explorer: two years of a small company's orders, or a CSV file of your own.

    gatehouse run -- streamlit run examples/streamlit/sales.py
"""

import math
from urllib.parse import unquote

import altair as alt
import pandas as pd
import streamlit as st

REGIONS = {"North": 120, "South": 95, "East": 70, "West": 140}
COLUMNS = ["month", "region", "revenue", "orders"]

st.set_page_config(page_title="Sales explorer", page_icon="📈", layout="wide")


@st.cache_data
def sample() -> pd.DataFrame:
    """Revenue that grows, with a season and a region's own rhythm; the same at every start."""
    rows = []
    for index, month in enumerate(pd.date_range("2024-01-01", periods=24, freq="MS")):
        for shift, (region, size) in enumerate(REGIONS.items()):
            season = 1 + 0.25 * math.sin((index + shift) * math.pi / 6)
            revenue = size * 1000 * season * (1 + 0.015 * index)
            rows.append((month, region, round(revenue, -2), round(revenue / (180 + 12 * shift))))
    return pd.DataFrame(rows, columns=COLUMNS)


def read_upload(file) -> pd.DataFrame | None:
    """The uploaded table, or None after telling what is wrong with it."""
    try:
        table = pd.read_csv(file, parse_dates=["month"])
        table["revenue"] = pd.to_numeric(table["revenue"])
        table["orders"] = pd.to_numeric(table["orders"])
        table["region"] = table["region"].astype(str)
    except (ValueError, KeyError, UnicodeDecodeError) as error:
        st.error(f"This file cannot be read: {error}. It needs the columns {', '.join(COLUMNS)}.")
        return None
    return table[COLUMNS]


with st.sidebar:
    st.header("Filter")
    upload = st.file_uploader("Your own figures (CSV)", type="csv")
    uploaded = read_upload(upload) if upload else None
    data = sample() if uploaded is None else uploaded
    regions = st.multiselect("Regions", sorted(data["region"].unique()), default=sorted(data["region"].unique()))
    months = st.slider("Last months", 3, 24, 12)
    st.caption("Columns of the file: " + ", ".join(COLUMNS))

# `gatehouse run` lets Streamlit take the person from the gate's headers (server.trustedUserHeaders).
name = unquote(str(st.user.get("name") or ""))
st.title("Sales explorer")
st.caption(f"Signed in as **{name}**" if name else "Nobody vouches for you: this app runs without its gate.")

since = data["month"].max() - pd.DateOffset(months=months - 1)
shown = data[data["region"].isin(regions) & (data["month"] >= since)]
before = data[
    data["region"].isin(regions) & (data["month"] < since) & (data["month"] >= since - pd.DateOffset(months=months))
]

if uploaded is not None:
    st.success(f"{len(uploaded)} rows of {upload.name} are shown.")
if shown.empty:
    st.info("Choose at least one region.")
    st.stop()

revenue, orders = shown["revenue"].sum(), shown["orders"].sum()
change = f"{revenue / before['revenue'].sum() - 1:+.1%}" if before["revenue"].sum() else None
left, middle, right, last = st.columns(4)
left.metric("Revenue", f"€ {revenue / 1000:,.0f}k", change, border=True)
middle.metric("Orders", f"{orders:,.0f}", border=True)
right.metric("Per order", f"€ {revenue / max(orders, 1):,.2f}", border=True)
last.metric("Months", months, border=True)

st.altair_chart(
    alt.Chart(shown)
    .mark_area(opacity=0.75, interpolate="monotone")
    .encode(
        x=alt.X("month:T", title=None),
        y=alt.Y("sum(revenue):Q", title="Revenue (€)", stack="zero"),
        color=alt.Color("region:N", title="Region", scale=alt.Scale(scheme="tableau10")),
        tooltip=["region", alt.Tooltip("month:T", format="%B %Y"), alt.Tooltip("revenue:Q", format=",.0f")],
    )
    .properties(height=340),
    width="stretch",
)

table = shown.pivot_table(index="region", values=["revenue", "orders"], aggfunc="sum").sort_values("revenue")
st.dataframe(table.iloc[::-1].style.format("{:,.0f}"), width="stretch")
st.download_button("Download these rows", shown.to_csv(index=False), "sales.csv", "text/csv")
