"""A form that greets, drawn by Gradio."""

import gradio as gr

gr.Interface(lambda name: f"Good morning, {name}", gr.Text(label="Name"), gr.Text(label="Greeting")).launch()
