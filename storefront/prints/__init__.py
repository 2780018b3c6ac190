"""What a shop hangs up: posters and a market-stall plate, set by typst from templates/prints/*.typ.

`facts` says what stands on them, `pictures` makes the photo fit, `sheets` sets them as PDF and PNG.
"""
