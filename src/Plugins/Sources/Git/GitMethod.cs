using System.Text.Json.Nodes;
using WazoPlugind.Messages;
using WazoPlugind.Platform.Validation;
using WazoPlugind.Plugins.Manifest;

namespace WazoPlugind.Plugins.Sources.Git;

/// <summary>Installation from a git repository.</summary>
public sealed class GitMethod : SourceMethod
{
    /// <summary>The ref that is fetched when none is asked for; where the remote has none of that name, its HEAD is.</summary>
    public const string DefaultRef = "master";

    private GitMethod()
        : base(
            InstallMethods.Git,
            new Field("url", Url, Required: true),
            new Field("ref", StringSchema.Line),
            new Field("subdirectory", StringSchema.Line))
    {
    }

    /// <summary>The only one.</summary>
    public static GitMethod Instance { get; } = new();

    /// <inheritdoc/>
    public override string RevisionKey => "commit";

    /// <inheritdoc/>
    public override JsonObject Show(InstallOptions options) => new()
    {
        ["ref"] = options.Ref ?? DefaultRef,
        ["subdirectory"] = options.Subdirectory,
        ["url"] = WithoutCredentials(options).Url,
    };

    /// <inheritdoc/>
    public override InstallOptions ForUpdate(PluginReference plugin, InstallOptions wanted, InstallOptions? installed) => new()
    {
        Url = wanted.Url ?? installed?.Url,
        Ref = wanted.Ref ?? installed?.Ref,
        Subdirectory = wanted.Subdirectory ?? installed?.Subdirectory,
    };

    /// <inheritdoc/>
    public override string? ProblemOfUpdate(InstallOptions options) => options.Url is null
        ? "it is not known from which git repository the plugin was installed: the options may say one (url)"
        : null;
}
