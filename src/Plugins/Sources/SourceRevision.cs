namespace WazoPlugind.Plugins.Sources;

/// <summary>What was fetched of a source, and enough to fetch the very same a second time.</summary>
/// <param name="Id">What it is, in the source's own word: the full hash of a commit, the hash of a file.</param>
/// <param name="Name">The name that it was found by; <c>null</c> where it has none.</param>
public sealed record SourceRevision(string Id, RevisionName? Name = null)
{
    /// <summary>What the name stands for: an annotated tag's own hash, else the revision itself.</summary>
    public string Target => Name?.Tag ?? Id;
}
