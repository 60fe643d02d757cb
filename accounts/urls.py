"""The pages of a user's own account."""

from django.urls import path

from accounts import views

urlpatterns = [
    path("second-factor/", views.show, name="second_factor"),
    path("second-factor/code/", views.enter_code, name="second_factor_code"),
    path("second-factor/set-up/", views.set_up_device, name="second_factor_set_up"),
    path("second-factor/recovery-codes/", views.renew_recovery_codes, name="second_factor_recovery_codes"),
]
