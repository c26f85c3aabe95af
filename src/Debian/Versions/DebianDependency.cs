using System.Text.RegularExpressions;

namespace WazoPlugind.Debian.Versions;

/// <summary>One alternative of one entry of a dependency field (Debian policy 7.1).</summary>
/// <param name="Package">The package.</param>
/// <param name="Relation">One of <c>&lt;&lt;</c>, <c>&lt;=</c>, <c>=</c>, <c>&gt;=</c>, <c>&gt;&gt;</c>; <c>null</c> for any version.</param>
/// <param name="Version">The version that the relation is to; <c>null</c> for any.</param>
public sealed partial record DebianDependency(string Package, string? Relation, string? Version)
{
    /// <summary>Reads a dependency field: entries separated by commas, alternatives by bars.</summary>
    /// <param name="field">The field's value.</param>
    /// <returns>One list of alternatives per entry, or <c>null</c> when the field does not follow the syntax.</returns>
    public static IReadOnlyList<IReadOnlyList<DebianDependency>>? ParseField(string field)
    {
        List<IReadOnlyList<DebianDependency>> entries = [];
        foreach (var entry in field.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (ParseEntry(entry) is not { } alternatives)
                return null;
            entries.Add(alternatives);
        }

        return entries;
    }

    /// <summary>Reads one entry of a dependency field.</summary>
    /// <param name="entry">For example <c>tig</c>, <c>libfoo (&gt;= 1.2)</c> or <c>exim4 | mail-transport-agent</c>.</param>
    /// <returns>Its alternatives, or <c>null</c> when it does not follow the syntax.</returns>
    public static IReadOnlyList<DebianDependency>? ParseEntry(string entry)
    {
        // Trimming would hide a line break, which begins another field of the control file.
        if (entry.Any(char.IsControl))
            return null;
        List<DebianDependency> alternatives = [];
        foreach (var alternative in entry.Split('|', StringSplitOptions.TrimEntries))
        {
            if (Alternative().Match(alternative) is not { Success: true } match)
                return null;
            var version = match.Groups["version"] is { Success: true } group ? group.Value : null;
            if (version is not null && !DebianVersion.IsValid(version))
                return null;
            alternatives.Add(new DebianDependency(match.Groups["package"].Value, CurrentRelation(match.Groups["relation"]), version));
        }

        return alternatives;
    }

    /// <summary>Whether a version satisfies this dependency.</summary>
    /// <param name="version">An installed version.</param>
    public bool IsSatisfiedBy(string version)
    {
        if (Relation is null || Version is null)
            return true;
        var order = DebianVersion.Compare(version, Version);
        return Relation switch
        {
            "<<" => order < 0,
            "<=" => order <= 0,
            "=" => order == 0,
            ">=" => order >= 0,
            _ => order > 0,
        };
    }

    // "<" and ">" are obsolete spellings of "<=" and ">=" (Debian policy 7.1) that dpkg still takes.
    private static string? CurrentRelation(Group group) => group.Success ? group.Value switch { "<" => "<=", ">" => ">=", var other => other } : null;

    [GeneratedRegex(@"\A(?<package>[a-z0-9][a-z0-9+.-]+)(?::[a-z0-9-]+)? *(?:\( *(?<relation><<|<=|=|>=|>>|<|>) *(?<version>[^ ()]+) *\))?(?: *\[[a-z0-9! -]+\])?\z")]
    private static partial Regex Alternative();
}
