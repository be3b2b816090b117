"""PLACEHOLDER of the coordinator, so that addresses resolve: its author replaces this file."""

from django.http import HttpResponse

def staff(request, *args, **kwargs):
    return HttpResponse('staff')


def person(request, *args, **kwargs):
    return HttpResponse('person')


def site(request, *args, **kwargs):
    return HttpResponse('site')
