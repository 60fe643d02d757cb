from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.contrib.staticfiles.apps import StaticFilesConfig
from django.utils.translation import gettext_lazy as _


class RegistryConfig(AppConfig):
    name = "registry"
    verbose_name = _("Registry")


class RegistryAdminConfig(AdminConfig):
    """Django's admin with the project's own site: titles and an index grouped by work."""

    default_site = "registry.admin_site.RegistryAdminSite"


class RegistryStaticFilesConfig(StaticFilesConfig):
    """Django's, without what stands beside ECharts in the package that brings it."""

    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "echarts-*.js", "maps", "README.md"]
