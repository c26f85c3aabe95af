using System.Text.Json;
using System.Text.Json.Nodes;
using WazoPlugind.Messages;
using WazoPlugind.Plugins.Configuration;
using WazoPlugind.Plugins.Operations;
using WazoPlugind.Plugins.Packaging;
using WazoPlugind.Plugins.Platform;

namespace WazoPlugind.Plugins.Market;

/// <summary>Finds in the market where a plugin's source is.</summary>
/// <param name="http">Keeps the connections.</param>
/// <param name="configuration">Says where the market is.</param>
/// <param name="platform">Knows the platform's version, which limits what can be installed.</param>
public sealed class MarketSource(HttpClient http, PlugindConfiguration configuration, PlatformVersion platform)
{
    private const int MaxSize = 16 * 1024 * 1024;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    /// <summary>Chooses the version asked for, else the newest that the platform can take, and gives its git source.</summary>
    /// <param name="options">The plugin's namespace and name, and perhaps a version.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The git source, or the error.</returns>
    /// <exception cref="TransientStepException">The market, or confd, does not answer as it should.</exception>
    public async Task<StepResult<InstallOptions>> ResolveAsync(InstallOptions options, CancellationToken cancellationToken)
    {
        var versions = Objects((await FetchAsync(options, cancellationToken))
            .FirstOrDefault(item => Text(item, "namespace") == options.Namespace && Text(item, "name") == options.Name)?["versions"]).ToList();
        if (versions.Count == 0)
            return Failed(options, "the market has no such plugin, or no version of it");
        var chosen = await ChooseAsync(versions, options, cancellationToken);
        if (chosen is null)
        {
            var existing = string.Join(", ", versions.Select(version => Text(version, "version")));
            return Failed(
                options,
                options.Version is null
                    ? $"no version is for this version of the platform; the market has {existing}"
                    : $"the market has no version {options.Version}, but {existing}");
        }

        if ((Text(chosen, "method") ?? InstallMethods.Git) != InstallMethods.Git || Text(chosen["options"], "url") is not { } url)
            return Failed(options, $"the market does not say from which git repository version {Text(chosen, "version")} is installed");
        return new InstallOptions
        {
            Url = url,
            Ref = Text(chosen["options"], "ref"),
            Subdirectory = Text(chosen["options"], "subdirectory"),
        };
    }

    private static OperationError Failed(InstallOptions options, string reason) =>
        OperationErrors.Step(Steps.Downloading, InstallMethods.Market, options, reason);

    private static TransientStepException Unavailable(InstallOptions options, string reason) => new(Failed(options, reason), reason);

    private async Task<JsonObject?> ChooseAsync(List<JsonObject> versions, InstallOptions options, CancellationToken cancellationToken)
    {
        if (options.Version is not null)
            return versions.FirstOrDefault(version => Text(version, "version") == options.Version);
        string? platformVersion = null;
        foreach (var version in versions)
        {
            var (min, max) = (Text(version, "min_wazo_version"), Text(version, "max_wazo_version"));
            if (min is null && max is null)
                return version;
            try
            {
                platformVersion ??= await platform.GetAsync(cancellationToken);
            }
            catch (PlatformUnavailableException e)
            {
                throw Unavailable(options, e.Message);
            }

            if ((min is null || DebianVersion.Compare(platformVersion, min) >= 0)
                && (max is null || DebianVersion.Compare(platformVersion, max) <= 0))
            {
                return version;
            }
        }

        return null;
    }

    private async Task<IEnumerable<JsonObject>> FetchAsync(InstallOptions options, CancellationToken cancellationToken)
    {
        var market = configuration.Market;
        var port = market.Port is { } number ? $":{number}" : "";
        var address = $"{(market.Https ? "https" : "http")}://{market.Host}{port}/{market.Version}/plugins";
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Timeout);
        try
        {
            using var response = await http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            if (!response.IsSuccessStatusCode)
                throw Unavailable(options, $"the market answered {(int)response.StatusCode}");
            await response.Content.LoadIntoBufferAsync(MaxSize, limit.Token);
            var body = JsonNode.Parse(await response.Content.ReadAsStringAsync(limit.Token));
            return Objects((body as JsonObject)?["items"]);
        }
        catch (HttpRequestException e)
        {
            throw Unavailable(options, $"the market: {e.HttpRequestError}");
        }
        catch (JsonException)
        {
            throw Unavailable(options, "the market answered something that is not JSON");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Unavailable(options, $"the market did not answer within {Timeout.TotalSeconds} s");
        }
    }

    private static IEnumerable<JsonObject> Objects(JsonNode? list) => (list as JsonArray)?.OfType<JsonObject>() ?? [];

    // A version may be a number there.
    private static string? Text(JsonNode? node, string key) =>
        (node as JsonObject)?[key] is JsonValue value && value.GetValueKind() is JsonValueKind.String or JsonValueKind.Number
            ? value.ToString()
            : null;
}
