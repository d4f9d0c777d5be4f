"""Tools for whoever maintains packs: skeletons for a new site, recurring lines of a corpus, what each rule does."""
