"""How figures are written on pages."""

from django import template

from stats.numerals import grouped, percent

register = template.Library()
register.filter(grouped)
register.filter(percent)
