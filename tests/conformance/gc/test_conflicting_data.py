"""Rows GC-U-18 to GC-U-33: objects that contradict each other about an owner.

Upstream: ``TestConflictingData`` in
pkg/controller/garbagecollector/garbagecollector_test.go
"""

import pytest

from tests.conformance.gc.notation import play

SCRIPTS = {
    "GC-U-18 good namespaced child, cluster-scoped owner": """
server: N, P1<-N
add P1<-N
    G{P1<-N, v:N~} ATD[v:N~]
ATD 1
    ACT[get nodes nodename]
    G{P1<-N, v:N~} ATD[v:N~]
add N
    G{P1<-N, N} ATD[v:N~]
ATD 1
    G{P1<-N, N}
""",
    "GC-U-19 owner in another namespace, child first": """
server: P1<-P2a, P2b
add P1<-P2a
    G{P1<-P2a, v:P2a} ATD[v:P2a]
add P2b
    G{P1<-P2a, P2b} ATD[v:P2a, P1] EV[Pod: P2a]
ATD 1
    G{P1<-P2a, P2b} ATD[P1]
ATD 1
    ACT[get pods ns1 podname1; get pods ns1 podname2; delete pods ns1 podname1]
    G{P1<-P2a, P2b} CACHE{P2a}
delete P1<-P2a
    G{P2b} CACHE{P2a}
""",
    "GC-U-20 owner in another namespace, owner first": """
server: P1<-P2a, P2b
add P2b
    G{P2b}
add P1<-P2a
    G{P1<-P2a, P2b} ATD[P1] EV[Pod: P2a]
ATD 1
    ACT[get pods ns1 podname1; get pods ns1 podname2; delete pods ns1 podname1]
    G{P1<-P2a, P2b} CACHE{P2a}
delete P1<-P2a
    G{P2b} CACHE{P2a}
""",
    "GC-U-21 cluster-scoped child of a namespaced owner, child first": """
server: N<-P1, P1
add N<-P1
    G{N<-P1, v:P1-} ATD[v:P1-]
ATD 1
    G{N<-P1, v:P1-}
add P1
    G{N<-P1, P1} ATD[N] EV[Node: P1-]
ATD 1
    ACT[get nodes nodename]
    G{N<-P1, P1}
""",
    "GC-U-22 cluster-scoped child of a namespaced owner, owner first": """
server: N<-P1, P1
add P1
    G{P1}
add N<-P1
    G{N<-P1, P1} ATD[N] EV[Node: P1-]
ATD 1
    ACT[get nodes nodename]
    G{N<-P1, P1}
""",
    "GC-U-23 owner version that is served but not preferred": """
server: Rv, Rb, P1<-Rb
add P1<-Rb
    G{P1<-Rb, v:Rb} ATD[v:Rb]
ATD 1
    ACT[get rbac.authorization.k8s.io/v1beta1 roles ns1 role1]
    G{P1<-Rb, v:Rb} ATD[v:Rb]
add Rv
    G{P1<-Rb, Rv} ATD[v:Rb, P1]
ATD 1
    G{P1<-Rb, Rv} ATD[P1]
ATD 1
    ACT[get pods ns1 podname1;
        get rbac.authorization.k8s.io/v1beta1 roles ns1 role1]
    G{P1<-Rb, Rv}
lose: Rv, Rb
    G{P1<-Rb, Rv}
delete Rv
    G{P1<-Rb} CACHE{Rv} ATD[P1]
ATD 1
    ACT[get pods ns1 podname1;
        get rbac.authorization.k8s.io/v1beta1 roles ns1 role1;
        delete pods ns1 podname1]
    G{P1<-Rb} CACHE{Rv, Rb}
delete P1<-Rb
    CACHE{Rv, Rb}
""",
    "GC-U-24 owner version that is not served, owner exists, child first": """
server: Da, P1<-De
add P1<-De
    G{P1<-De, v:De} ATD[v:De]
ATD 1
    G{P1<-De, v:De} ATD[v:De]
add Da
    G{P1<-De, Da} ATD[v:De, P1]
ATD 1
    G{P1<-De, Da} ATD[P1]
ATD 1
    ACT[get pods ns1 podname1]
    G{P1<-De, Da} ATD[P1]
lose: Da
    G{P1<-De, Da} ATD[P1]
delete Da
    G{P1<-De} CACHE{Da} ATD[P1]
ATD 1
    ACT[get pods ns1 podname1]
    G{P1<-De} CACHE{Da} ATD[P1]
""",
    "GC-U-25 owner version that is not served, owner exists, owner first": """
server: Da, P1<-De
add Da
    G{Da}
add P1<-De
    G{P1<-De, Da} ATD[P1]
ATD 1
    ACT[get pods ns1 podname1]
    G{P1<-De, Da} ATD[P1]
lose: Da
    G{P1<-De, Da} ATD[P1]
delete Da
    G{P1<-De} CACHE{Da} ATD[P1]
ATD 1
    ACT[get pods ns1 podname1]
    G{P1<-De} CACHE{Da} ATD[P1]
""",
    "GC-U-26 owner absent, reference that is not served first": """
server: P1<-De, P2a<-Da
add P1<-De
    G{P1<-De, v:De} ATD[v:De]
add P2a<-Da
    G{P1<-De, v:De, P2a<-Da} ATD[v:De, P2a]
ATD 1
    G{P1<-De, v:De, P2a<-Da} ATD[P2a, v:De]
ATD 1
    ACT[get pods ns1 podname2; get apps/v1 deployments ns1 deployment1;
        delete pods ns1 podname2]
    G{P1<-De, v:De, P2a<-Da} CACHE{Da} ATD[v:De]
delete P2a<-Da
    G{P1<-De, v:De} CACHE{Da} ATD[v:De]
ATD 1
    G{P1<-De, v:De} CACHE{Da} ATD[v:De]
""",
    "GC-U-27 owner absent, reference that is served first": """
server: P1<-De, P2a<-Da
add P2a<-Da
    G{P2a<-Da, v:Da} ATD[v:Da]
add P1<-De
    G{P2a<-Da, v:Da, P1<-De} ATD[v:Da, P1]
ATD 1
    ACT[get apps/v1 deployments ns1 deployment1]
    G{P2a<-Da, v:Da, P1<-De} GC[VD(Da)] ATD[P1]
ATD 1
    ACT[get pods ns1 podname1]
    G{P2a<-Da, v:Da, P1<-De} GC[VD(Da)] ATD[P1]
GC 1
    G{P2a<-Da, v:De, P1<-De} CACHE{Da} ATD[P1, P2a, v:De]
ATD 1
    ACT[get pods ns1 podname1]
    G{P2a<-Da, v:De, P1<-De} CACHE{Da} ATD[P2a, v:De, P1]
ATD 1
    ACT[get pods ns1 podname2; delete pods ns1 podname2]
    G{P2a<-Da, v:De, P1<-De} CACHE{Da} ATD[v:De, P1]
ATD 1
    G{P2a<-Da, v:De, P1<-De} CACHE{Da} ATD[P1, v:De]
delete P2a<-Da
    G{v:De, P1<-De} CACHE{Da} ATD[P1, v:De]
""",
    "GC-U-28 wrong kind with the right uid: virtual delete, then the owner": """
server: Da, Bad<-Sx, Good<-Da
add Bad<-Sx
    G{Bad<-Sx, v:Sx} ATD[v:Sx]
add Good<-Da
    G{Bad<-Sx, v:Sx, Good<-Da} ATD[v:Sx, Good]
ATD 1
    ACT[get secrets ns1 secretname]
    G{Bad<-Sx, v:Sx, Good<-Da} GC[VD(Sx)] ATD[Good]
ATD 1
    ACT[get pods ns1 goodpod; get apps/v1 deployments ns1 deployment1]
    G{Bad<-Sx, v:Sx, Good<-Da} GC[VD(Sx)]
GC 1
    G{Good<-Da, Bad<-Sx, v:Da} CACHE{Sx} ATD[Bad, v:Da]
ATD 1
    ACT[get pods ns1 badpod; delete pods ns1 badpod]
    G{Good<-Da, Bad<-Sx, v:Da} CACHE{Sx} ATD[v:Da]
ATD 1
    ACT[get apps/v1 deployments ns1 deployment1]
    G{Good<-Da, Bad<-Sx, v:Da} CACHE{Sx} ATD[v:Da]
add Da
    G{Good<-Da, Bad<-Sx, Da} CACHE{Sx} ATD[Da]
delete Bad<-Sx
    G{Good<-Da, Da} CACHE{Sx} ATD[Da]
ATD 1
    ACT[get apps/v1 deployments ns1 deployment1]
    G{Good<-Da, Da} CACHE{Sx}
""",
    "GC-U-29 wrong kind with the right uid: the owner, then virtual delete": """
server: Da, Bad<-Sx, Good<-Da
add Bad<-Sx
    G{Bad<-Sx, v:Sx} ATD[v:Sx]
add Good<-Da
    G{Bad<-Sx, v:Sx, Good<-Da} ATD[v:Sx, Good]
ATD 1
    ACT[get secrets ns1 secretname]
    G{Bad<-Sx, v:Sx, Good<-Da} GC[VD(Sx)] ATD[Good]
ATD 1
    ACT[get pods ns1 goodpod; get apps/v1 deployments ns1 deployment1]
    G{Bad<-Sx, v:Sx, Good<-Da} GC[VD(Sx)]
insert add Da
    G{Bad<-Sx, v:Sx, Good<-Da} GC[add Da, VD(Sx)]
GC 1
    G{Good<-Da, Bad<-Sx, Da} GC[VD(Sx)] ATD[Bad]
GC 1
    G{Good<-Da, Bad<-Sx, Da} CACHE{Sx} ATD[Bad]
ATD 1
    ACT[get pods ns1 badpod; delete pods ns1 badpod]
    G{Good<-Da, Bad<-Sx, Da} CACHE{Sx}
delete Bad<-Sx
    G{Good<-Da, Da} CACHE{Sx}
""",
    "GC-U-30 wrong kind with the right uid, good child first": """
server: Da, Bad<-Sx, Good<-Da
add Good<-Da
    G{Good<-Da, v:Da} ATD[v:Da]
add Bad<-Sx
    G{Good<-Da, v:Da, Bad<-Sx} ATD[v:Da, Bad]
ATD 1
    ACT[get apps/v1 deployments ns1 deployment1]
    G{Good<-Da, v:Da, Bad<-Sx} ATD[Bad, v:Da]
ATD 1
    ACT[get pods ns1 badpod; get secrets ns1 secretname; delete pods ns1 badpod]
    G{Good<-Da, v:Da, Bad<-Sx} CACHE{Sx} ATD[v:Da]
add Da
    G{Good<-Da, Da, Bad<-Sx} CACHE{Sx} ATD[Da]
delete Bad<-Sx
    G{Good<-Da, Da} CACHE{Sx} ATD[Da]
ATD 1
    ACT[get apps/v1 deployments ns1 deployment1]
    G{Good<-Da, Da} CACHE{Sx}
""",
    "GC-U-31 cluster-scoped bad child first, good child, owner missing": """
server: P2a<-P1, N<-P1-
add N<-P1-
    G{N<-P1, v:P1-} ATD[v:P1-]
add P2a<-P1
    G{N<-P1, v:P1-, P2a<-P1} ATD[v:P1-, P2a]
ATD 1
    G{N<-P1, v:P1-, P2a<-P1} ATD[P2a]
ATD 1
    ACT[get pods ns1 podname2; get pods ns1 podname1; delete pods ns1 podname2]
    G{N<-P1, v:P1-, P2a<-P1} CACHE{P1}
delete P2a<-P1
    G{N<-P1, v:P1-} CACHE{P1}
""",
    "GC-U-32 cluster-scoped bad child first, good child, owner seen late": """
server: P1, P2a<-P1, N<-P1-
add N<-P1-
    G{N<-P1, v:P1-} ATD[v:P1-]
add P2a<-P1
    G{N<-P1, v:P1-, P2a<-P1} ATD[v:P1-, P2a]
ATD 1
    G{N<-P1, v:P1-, P2a<-P1} ATD[P2a]
ATD 1
    ACT[get pods ns1 podname2; get pods ns1 podname1]
    G{N<-P1, v:P1-, P2a<-P1}
add P1
    G{N<-P1, P2a<-P1, P1} ATD[N] EV[Node: P1-]
ATD 1
    ACT[get nodes nodename]
    G{N<-P1, P2a<-P1, P1}
""",
    "GC-U-33 good child first, cluster-scoped bad child, owner missing": """
server: P2a<-P1, N<-P1-
add P2a<-P1
    G{P2a<-P1, v:P1} ATD[v:P1]
add N<-P1-
    G{P2a<-P1, v:P1, N<-P1} ATD[v:P1, N]
ATD 1
    ACT[get pods ns1 podname1]
    G{P2a<-P1, v:P1, N<-P1} GC[VD(P1)] ATD[N]
ATD 1
    ACT[get nodes nodename]
    G{P2a<-P1, v:P1, N<-P1} GC[VD(P1)]
GC 1
    G{N<-P1, P2a<-P1, v:P1-} CACHE{P1} ATD[P2a, v:P1-]
ATD 1
    ACT[get pods ns1 podname2; delete pods ns1 podname2]
    G{N<-P1, P2a<-P1, v:P1-} CACHE{P1} ATD[v:P1-]
delete P2a<-P1
    G{N<-P1, v:P1-} CACHE{P1} ATD[v:P1-]
ATD 1
    G{N<-P1, v:P1-} CACHE{P1}
""",
}


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS)
def test_conflicting_data(script):
    """What is believed, queued, asked and told follows step by step."""
    play(script)


BEFORE_1_20_3 = """
server: P2a<-P1, N<-P1-
add N<-P1-
    G{N<-P1, v:P1-} ATD[v:P1-]
add P2a<-P1
    G{N<-P1, v:P1-, P2a<-P1} ATD[v:P1-]
ATD 1
    G{N<-P1, v:P1-, P2a<-P1}
"""


def test_namespaceless_virtual_owner_before_it_was_verified():
    """GC-M-201: in 1.20.2 the good child of GC-U-31 is never looked at."""
    play(BEFORE_1_20_3, kubernetes="1.20.2")
