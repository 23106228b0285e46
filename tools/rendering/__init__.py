"""Pictures of hands, computed: a jointed hand is shaped, posed, painted, lit and photographed."""
