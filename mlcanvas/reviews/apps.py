from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    name = "mlcanvas.reviews"
    label = "reviews"
