using Microsoft.Extensions.Logging;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Processes.Files;

namespace WazoPlugind.Plugins.Sources.Git;

/// <summary>Knows what to sign in with: the url's own credentials, else those of the configuration (<c>sources.credentials</c>).</summary>
/// <param name="configuration">Says which there are.</param>
/// <param name="logger">Is told of files that do not count.</param>
public sealed partial class SourceCredentials(PlugindConfiguration configuration, ILogger<SourceCredentials> logger)
{
    private const int LargestFile = 16 * 1024;

    /// <summary>Finds the credentials for an address.</summary>
    /// <param name="url">The address.</param>
    /// <returns>The credentials, or <c>null</c>.</returns>
    internal GitCredentials? Find(GitUrl url)
    {
        if (url.Protocol is not ("http" or "https"))
            return null;
        if (url.UserName is not null)
            return new GitCredentials(url.UserName, url.Password ?? "");
        if (configuration.Sources.Credentials.FirstOrDefault(credentials => url.Matches(credentials.Url)) is not { } configured)
            return null;
        var user = configured.User ?? SourceCredentialsConfiguration.DefaultUser;
        return Read(configured.File) is { Length: > 0 } password ? new GitCredentials(user, password) : null;
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
