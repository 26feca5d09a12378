"""The picture of a shop as nested boxes, and its forms: SVG, Mermaid, D2, draw.io."""
