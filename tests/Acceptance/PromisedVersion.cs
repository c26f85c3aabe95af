namespace WazoPlugind.Acceptance;

/// <summary>The version that a completed operation says is installed.</summary>
/// <param name="Version">The version; <c>null</c> where any will do.</param>
/// <param name="IsLeast">Whether a later one will do too: an update finds nothing newer than what is installed.</param>
public sealed record PromisedVersion(string? Version, bool IsLeast)
{
    public async Task<bool> IsKeptAsync(string installed) =>
        Version is null
        || Version == installed
        || (IsLeast && (await Shell.TryAsync("dpkg", "--compare-versions", installed, "ge", Version)).ExitCode == 0);
}
