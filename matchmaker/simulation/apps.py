from django.apps import AppConfig


class SimulationConfig(AppConfig):
    name = "matchmaker.simulation"
    label = "simulation"
