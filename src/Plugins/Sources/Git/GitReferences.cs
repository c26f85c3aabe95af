using System.Text.RegularExpressions;

namespace WazoPlugind.Plugins.Sources.Git;

/// <summary>The names of refs, and what git tells of them.</summary>
internal static partial class GitReferences
{
    /// <summary>What the full name of a branch begins with.</summary>
    public const string Branches = "refs/heads/";

    private const string Tags = "refs/tags/";

    private const string Symbolic = "ref: ";

    /// <summary>Whether git takes a name, and takes it for one (git-check-ref-format(1)); it may be a hash. A leading <c>-</c> would be an option.</summary>
    /// <param name="reference">The name, of unknown origin.</param>
    public static bool IsSafe(string reference) => reference.Length <= 256 && Reference().IsMatch(reference);

    /// <summary>What git ls-remote tells: the hashes by the names of refs.</summary>
    /// <param name="output">The output.</param>
    public static ILookup<string, string> Of(string output) => output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => line.Split('\t'))
        .Where(fields => fields.Length == 2)
        .ToLookup(fields => fields[1], fields => fields[0]);

    /// <summary>The branch that git ls-remote --symref tells a remote's HEAD to be, in full; <c>HEAD</c> where it does not.</summary>
    /// <param name="output">The output.</param>
    public static string HeadOf(string output) => Of(output)["HEAD"]
        .Where(target => target.StartsWith(Symbolic, StringComparison.Ordinal))
        .Select(target => target[Symbolic.Length..])
        .FirstOrDefault(IsSafe, "HEAD");

    /// <summary>What git fetch tells of the one ref that it fetched.</summary>
    /// <param name="fetchHead">The content of FETCH_HEAD.</param>
    public static SourceRevision Fetched(string fetchHead)
    {
        var line = FetchHead().Match(fetchHead);
        var name = line.Groups["name"].Value;
        var prefix = line.Groups["kind"].Value == "tag" ? Tags : Branches;
        // What a branch may be called, but not by "git checkout", is not worth a failure: the commit is there without.
        return new SourceRevision(line.Groups["hash"].Value, IsSafe(name) && name != "HEAD" ? new RevisionName(prefix + name) : null);
    }

    /// <summary>The branch of a name; <c>null</c> when it is another one's.</summary>
    /// <param name="name">The name of a revision, or <c>null</c>.</param>
    public static string? BranchOf(RevisionName? name) =>
        name?.Ref.StartsWith(Branches, StringComparison.Ordinal) == true ? name.Ref[Branches.Length..] : null;

    [GeneratedRegex(@"\A(?![-./])(?!.*(?:\.\.|@\{|//|\.lock(?:/|\z)))[^\x00-\x20\x7F ~^:?*\[\\]+(?<![./])\z")]
    private static partial Regex Reference();

    // Names have no blanks; what is no commit cannot be merged.
    [GeneratedRegex(@"\A(?<hash>[0-9a-f]+)\t(?:not-for-merge)?\t(?:(?<kind>branch|tag) '(?<name>[^ ]+)' of )?")]
    private static partial Regex FetchHead();
}
