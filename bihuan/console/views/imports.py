"""PLACEHOLDER of the coordinator, so that addresses resolve: its author replaces this file."""

from django.http import HttpResponse

def imports(request, *args, **kwargs):
    return HttpResponse('imports')


def example(request, *args, **kwargs):
    return HttpResponse('example')


def one(request, *args, **kwargs):
    return HttpResponse('one')
