using System.Text.Json.Nodes;
using WazoPlugind.Messages;
using WazoPlugind.Platform.Validation;
using WazoPlugind.Plugins.Manifest;

namespace WazoPlugind.Plugins.Sources.Market;

/// <summary>Installation from the market.</summary>
public sealed class MarketMethod : SourceMethod
{
    private MarketMethod()
        : base(
            InstallMethods.Market,
            new Field("namespace", StringSchema.Line, Required: true),
            new Field("name", StringSchema.Line, Required: true),
            new Field("version", new StringSchema(StringRule.NoControl)))
    {
    }

    /// <summary>The only one.</summary>
    public static MarketMethod Instance { get; } = new();

    /// <summary>None: the plugin is named, and its version is no option of an update.</summary>
    public override IReadOnlyList<Field> UpdateOptions => [];

    /// <inheritdoc/>
    public override PluginReference PluginOf(InstallOptions options) => new(options.Namespace ?? "", options.Name ?? "", options.Version);

    /// <inheritdoc/>
    public override PluginOrigin SourceOf(PluginReference plugin) =>
        new(Name, new InstallOptions { Namespace = plugin.Namespace, Name = plugin.Name, Version = plugin.Version });

    /// <inheritdoc/>
    public override JsonObject Show(InstallOptions options) => Store(options);

    /// <inheritdoc/>
    public override InstallOptions ForUpdate(PluginReference plugin, InstallOptions wanted, InstallOptions? installed) => SourceOf(plugin).Options;
}
