// Nothing: what is precompiled has to belong to a target, and a target to have a source.
