"""Plain tables of readings, nodes, links, instruments and checks into a network, its errors and its readings."""
