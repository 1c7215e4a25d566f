"""Recorded ownership programs, replayed: how far the model is what Kubernetes is.

A program is a list of API requests together with what a real control plane answered,
stored and did about them. The runner puts the same requests to the model, and reports
for each kind of evidence how often the two agree, and where they do not. It judges the
model from outside: nothing in the model knows that it is being compared.
"""
