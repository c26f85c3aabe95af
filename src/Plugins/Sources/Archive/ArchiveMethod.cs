using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using WazoPlugind.Messages;
using WazoPlugind.Platform.Validation;
using WazoPlugind.Plugins.Manifest;

namespace WazoPlugind.Plugins.Sources.Archive;

/// <summary>Installation from an archive: what an author's CI makes, and what a machine without internet gets.</summary>
public sealed partial class ArchiveMethod : SourceMethod
{
    private ArchiveMethod()
        : base(
            InstallMethods.Archive,
            new Field("url", Url, Required: true),
            new Field("sha256", new StringSchema(StringRule.Matches(Sha256(), "^[0-9a-fA-F]{64}$")), Required: true),
            new Field("subdirectory", StringSchema.Line))
    {
    }

    /// <summary>The only one.</summary>
    public static ArchiveMethod Instance { get; } = new();

    /// <inheritdoc/>
    public override string RevisionKey => "sha256";

    /// <inheritdoc/>
    public override JsonObject Show(InstallOptions options) => new()
    {
        ["sha256"] = options.Sha256,
        ["subdirectory"] = options.Subdirectory,
        ["url"] = WithoutCredentials(options).Url,
    };

    /// <inheritdoc/>
    public override InstallOptions ForUpdate(PluginReference plugin, InstallOptions wanted, InstallOptions? installed) => new()
    {
        Url = wanted.Url ?? installed?.Url,
        Sha256 = wanted.Sha256 ?? installed?.Sha256,
        Subdirectory = wanted.Subdirectory ?? installed?.Subdirectory,
    };

    /// <inheritdoc/>
    public override string? ProblemOfUpdate(InstallOptions options) => options is { Url: not null, Sha256: not null }
        ? null
        : "it is not known from which archive the plugin was installed: the options may say one (url, sha256)";

    /// <summary>Whether a text is a SHA-256 in hexadecimal digits.</summary>
    /// <param name="text">The text.</param>
    internal static bool IsSha256(string? text) => text is not null && Sha256().IsMatch(text);

    [GeneratedRegex(@"\A[0-9a-fA-F]{64}\z")]
    private static partial Regex Sha256();
}
