from django.urls import path

from shop import views

urlpatterns = [
    path("", views.home, name="home"),
    path("sign", views.sign, name="sign"),
    path("about/request", views.about_request, name="about-request"),
    path("statistics", views.statistics, name="statistics"),
]
