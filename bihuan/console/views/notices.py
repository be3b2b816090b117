"""PLACEHOLDER of the coordinator, so that addresses resolve: its author replaces this file."""

from django.http import HttpResponse

def notices(request, *args, **kwargs):
    return HttpResponse('notices')
