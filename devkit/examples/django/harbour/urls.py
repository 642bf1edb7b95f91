from django.contrib import admin
from django.http import HttpResponse
from django.urls import path


def quay(request):
    return HttpResponse("The quay is quiet.\n", content_type="text/plain")


urlpatterns = [path("", quay), path("admin/", admin.site.urls)]
