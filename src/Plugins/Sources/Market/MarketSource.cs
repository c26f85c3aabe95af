using WazoPlugind.Messages;
using WazoPlugind.Platform;
using WazoPlugind.Platform.Confd;
using WazoPlugind.Platform.Market;
using WazoPlugind.Plugins.Outcomes;

namespace WazoPlugind.Plugins.Sources.Market;

/// <summary>Finds in the market where a plugin's source is.</summary>
/// <param name="market">Knows what the market has.</param>
/// <param name="platform">Knows the platform's version, which limits what can be installed.</param>
public sealed class MarketSource(MarketClient market, PlatformVersion platform)
{
    /// <summary>Chooses the version asked for, else the newest that the platform can take, and gives its git source.</summary>
    /// <param name="options">The plugin's namespace and name, and perhaps a version.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The git source, or the error.</returns>
    /// <exception cref="TransientStepException">The market, or confd, does not answer as it should.</exception>
    public async Task<StepResult<InstallOptions>> ResolveAsync(InstallOptions options, CancellationToken cancellationToken)
    {
        try
        {
            var item = (await market.RevalidateAsync(cancellationToken)).Find(options.Namespace ?? "", options.Name ?? "");
            if (item is not { Versions.Count: > 0 })
                return Failed(options, "the market has no such plugin, or no version of it");
            return SourceOf(await ChooseAsync(item.Versions, options.Version, cancellationToken), item, options);
        }
        catch (PlatformUnavailableException e)
        {
            throw new TransientStepException(Failed(options, e.Message), e.Message);
        }
    }

    private static OperationError Failed(InstallOptions options, string reason) =>
        OperationErrors.Step(StepName.Downloading, InstallMethods.Market, options, reason);

    private static StepResult<InstallOptions> SourceOf(MarketVersion? chosen, MarketItem item, InstallOptions options)
    {
        if (chosen is null)
        {
            var existing = string.Join(", ", item.Versions.Select(version => version.Version));
            return Failed(
                options,
                options.Version is null
                    ? $"no version is for this version of the platform; the market has {existing}"
                    : $"the market has no version {options.Version}, but {existing}");
        }

        var source = chosen.Content.TryGetProperty("options", out var value) ? value : default;
        if ((chosen.Content.Text("method") ?? InstallMethods.Git) != InstallMethods.Git || source.Text("url") is not { } url)
            return Failed(options, $"the market does not say from which git repository version {chosen.Version} is installed");
        return new InstallOptions { Url = url, Ref = source.TextOrNumber("ref"), Subdirectory = source.Text("subdirectory") };
    }

    private async Task<MarketVersion?> ChooseAsync(
        IReadOnlyList<MarketVersion> versions, string? wanted, CancellationToken cancellationToken)
    {
        if (wanted is not null)
            return versions.FirstOrDefault(version => version.Version == wanted);
        // The platform's version is asked for only where it matters.
        var platformVersion = versions.TakeWhile(version => version.Limits.Exist).Any() ? await platform.GetAsync(cancellationToken) : null;
        return versions.FirstOrDefault(version => version.Limits.Allow(platformVersion));
    }
}
