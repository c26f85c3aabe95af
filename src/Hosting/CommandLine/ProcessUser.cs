using WazoPlugind.Hosting.Log;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Processes.Files;

namespace WazoPlugind.Hosting.CommandLine;

/// <summary>The user that a process runs as.</summary>
public static class ProcessUser
{
    /// <summary>
    /// Gives up root for the configured user, once the log is there: only root may create it in most places. Does nothing when the
    /// process is not root.
    /// </summary>
    /// <param name="configuration">Names the user.</param>
    /// <exception cref="ConfigurationException">There is no such user.</exception>
    public static void BecomeConfigured(PlugindConfiguration configuration)
    {
        if (!Environment.IsPrivilegedProcess || configuration.User == UnixUser.Root.Name)
            return;
        LoggingSetup.CreateLogFile(configuration);
        LibC.BecomeUser(UnixUser.Find(configuration.User)
            ?? throw new ConfigurationException($"user: there is no user '{configuration.User}' on this machine"));
    }
}
