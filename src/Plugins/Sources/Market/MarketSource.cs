using System.Text.Json;
using System.Text.Json.Nodes;
using WazoPlugind.Messages;
using WazoPlugind.Platform;
using WazoPlugind.Platform.Confd;
using WazoPlugind.Platform.Market;
using WazoPlugind.Plugins.Building;
using WazoPlugind.Plugins.Manifest;
using WazoPlugind.Plugins.Outcomes;

namespace WazoPlugind.Plugins.Sources.Market;

/// <summary>Finds in the market where a plugin's source is.</summary>
/// <param name="market">Knows what the market has.</param>
/// <param name="platform">Knows the platform's version, which limits what can be installed.</param>
public sealed class MarketSource(MarketClient market, PlatformVersion platform) : ICatalogSource
{
    // What the market says where it says none.
    private const string DefaultMethod = InstallMethods.Git;

    /// <inheritdoc/>
    public SourceMethod Method => MarketMethod.Instance;

    /// <summary>Chooses the version asked for, else the newest, of those that the platform can take, and gives its source.</summary>
    /// <inheritdoc/>
    public async Task<StepResult<PluginOrigin>> ResolveAsync(InstallOptions options, IStepProgress progress)
    {
        try
        {
            var item = (await market.RevalidateAsync(progress.Cancellation)).Find(options.Namespace ?? "", options.Name ?? "");
            if (item is not { Versions.Count: > 0 })
                return Failed("the market has no such plugin, or no version of it");
            MarketVersion[] versions = [.. item.Versions.Where(version => options.Version is null || version.Version == options.Version)];
            // The platform's version is asked for only where it matters.
            var platformVersion = versions.TakeWhile(version => version.Limits.Exist).Any() ? await platform.GetAsync(progress.Cancellation) : null;
            return versions.FirstOrDefault(version => version.Limits.Allow(platformVersion)) is { } chosen
                ? SourceOf(chosen)
                : NoVersion(item, options.Version, versions, platformVersion);
        }
        catch (PlatformUnavailableException e)
        {
            return Unavailable(e);
        }
    }

    /// <inheritdoc/>
    public async Task<StepResult<IReadOnlyList<UpdateCandidate>>> FindNewerAsync(
        IReadOnlyList<UpdateCandidate> candidates, Workspace workspace, IStepProgress progress)
    {
        try
        {
            var catalog = await market.RevalidateAsync(progress.Cancellation);
            var platformVersion = catalog.NeedsPlatformVersion ? await platform.GetAsync(progress.Cancellation) : null;
            return candidates.Where(candidate => IsUpgradable(candidate.Plugin, catalog, platformVersion)).ToList();
        }
        catch (PlatformUnavailableException e)
        {
            return Unavailable(e);
        }
    }

    private static bool IsUpgradable(PluginReference plugin, MarketCatalog catalog, string? platformVersion) =>
        catalog.Find(plugin.Namespace, plugin.Name)?.Versions.Any(version => version.IsUpgradable(plugin.Version, platformVersion)) == true;

    private static StepFailure Failed(string reason) => StepFailure.Of(StepName.Downloading, reason);

    private static StepFailure Unavailable(PlatformUnavailableException e) => Failed(e.Message) with { Transience = new Transience() };

    private static StepResult<PluginOrigin> SourceOf(MarketVersion chosen) => Read(chosen.Content) is { } source
        ? source
        : Failed($"the market does not say from where version {chosen.Version} is installed");

    private static StepFailure NoVersion(MarketItem item, string? wanted, MarketVersion[] versions, string? platformVersion)
    {
        var existing = string.Join(", ", item.Versions.Select(version => version.Version));
        if (wanted is null)
            return Failed($"no version is for this version of the platform; the market has {existing}");
        return Failed(versions.Length == 0
            ? $"the market has no version {wanted}, but {existing}"
            : $"version {wanted} is for the platform's versions {string.Join(", and ", versions.Select(version => version.Limits))}; this one is {platformVersion}");
    }

    // The market may have numbers where a text is meant: a ref like 1.0.
    private static PluginOrigin? Read(JsonElement version)
    {
        var name = version.Text("method") ?? DefaultMethod;
        if (PluginSources.Find(name) is not { } method || !version.TryGetProperty("options", out var options))
            return null;
        var texts = new JsonObject(method.Schema.Fields
            .Select(field => KeyValuePair.Create(field.Name, (JsonNode?)options.TextOrNumber(field.Name)))
            .Where(option => option.Value?.GetValue<string>().Length > 0));
        return method.Schema.Check(texts) is null ? new PluginOrigin(name, method.Read(texts)) : null;
    }
}
