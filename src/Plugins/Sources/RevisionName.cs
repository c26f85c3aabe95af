namespace WazoPlugind.Plugins.Sources;

/// <summary>The name that a revision was found by, of a source that names them.</summary>
/// <param name="Ref">The ref in full: <c>refs/heads/master</c>, <c>refs/tags/v1</c>.</param>
/// <param name="Tag">The own hash of a tag that is an object, for an annotated tag; else <c>null</c>.</param>
public sealed record RevisionName(string Ref, string? Tag = null);
