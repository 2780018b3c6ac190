RENDITIONS = ("fill-240x240|format-avif|avifquality-50",)


class BadPhoto(ValueError):
    code = "broken"


def clean_photo(file): ...
