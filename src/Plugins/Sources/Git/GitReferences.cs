namespace WazoPlugind.Plugins.Sources.Git;

/// <summary>Reads what git ls-remote tells.</summary>
internal static class GitReferences
{
    /// <summary>The hashes by the names of refs.</summary>
    /// <param name="output">The output.</param>
    public static ILookup<string, string> Of(string output) => output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => line.Split('\t'))
        .Where(fields => fields.Length == 2)
        .ToLookup(fields => fields[1], fields => fields[0]);
}
