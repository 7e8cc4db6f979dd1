from django.urls import path

from shelf import views

urlpatterns = [
    path("", views.home),
    path("titles/", views.titles),
    path("documents/", views.document),
    path("authors/<str:name>/", views.author),
    path("api/find/", views.find),
    path("read/", views.read),
    path("lines/", views.lines),
    path("hello/", views.hello),
    path("comments/", views.comments),
    path("leave/", views.leave),
    path("fetch/", views.fetch),
    path("import/", views.import_list),
]
