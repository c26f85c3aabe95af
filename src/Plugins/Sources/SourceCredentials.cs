using Microsoft.Extensions.Logging;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Processes.Files;

namespace WazoPlugind.Plugins.Sources;

/// <summary>Knows what to sign in with: the url's own credentials, else those of the configuration (<c>sources.credentials</c>).</summary>
/// <param name="configuration">Says which there are.</param>
/// <param name="logger">Is told of files that do not count.</param>
public sealed partial class SourceCredentials(PlugindConfiguration configuration, ILogger<SourceCredentials> logger)
{
    /// <summary>What to do where someone wants credentials.</summary>
    internal const string HowToSignIn =
        "give credentials in the url (https://USER:TOKEN@host/path; at an update in the options of PUT /plugins/NAMESPACE/NAME), or for good in the "
        + "configuration (sources.credentials)";

    private const int LargestFile = 16 * 1024;

    /// <summary>Finds the credentials for an address.</summary>
    /// <param name="url">The address.</param>
    /// <returns>The credentials, or <c>null</c>.</returns>
    internal UrlCredentials? Find(SourceUrl url)
    {
        if (url.Protocol is not ("http" or "https"))
            return null;
        if (url.UserName is not null)
            return new UrlCredentials(url.UserName, url.Password ?? "");
        if (configuration.Sources.Credentials.FirstOrDefault(credentials => url.Matches(credentials.Url)) is not { } configured)
            return null;
        var user = configured.User ?? SourceCredentialsConfiguration.DefaultUser;
        return Read(configured.File) is { Length: > 0 } password ? new UrlCredentials(user, password) : null;
    }

    private string? Read(string file)
    {
        try
        {
            // systemd keeps others away from its directory, and lets the service in by means that the mode does not show.
            if (Path.IsPathRooted(file))
                return PrivateFile.ReadLine(file, [UnixUser.Root.Uid, UnixUser.Find(configuration.User)?.Uid ?? UnixUser.Root.Uid], LargestFile);
            if (configuration.CredentialsDirectory is not { } directory)
                throw new IOException("it is no absolute path, and the service has no credentials of systemd (LoadCredential)");
            return PrivateFile.ReadLine(Path.Join(directory, Path.GetFileName(file)), mayOwn: null, LargestFile);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogRefused(file, e.Message);
            return null;
        }
    }

    [LoggerMessage(LogLevel.Warning, "sources.credentials: {File} does not count: {Reason}")]
    private partial void LogRefused(string file, string reason);
}
