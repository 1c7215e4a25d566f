"""Recordings of real control planes, held to: how far the model is what Kubernetes is.

A recorded program is a list of API requests together with what a control plane
answered, stored and did about them. A recorded incident is a list of things done to a
cluster, step by step, with what its controllers logged, asked and left behind. The
runners do the same to the model, and report for each kind of evidence how often the
two agree, and where they do not. They judge the model from outside: nothing in the
model knows that it is being compared.
"""
