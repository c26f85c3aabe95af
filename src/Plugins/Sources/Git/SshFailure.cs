using WazoPlugind.Plugins.Building;
using WazoPlugind.Plugins.Outcomes;

namespace WazoPlugind.Plugins.Sources.Git;

/// <summary>Says why ssh failed, and what an administrator can do about it.</summary>
/// <param name="git">Is asked again where ssh's words do not tell.</param>
/// <param name="workspace">Where git runs.</param>
/// <param name="user">The user that it runs as.</param>
internal sealed class SshFailure(GitCommands git, Workspace workspace, string user)
{
    /// <summary>Why, or <c>null</c> when git's words say it.</summary>
    /// <param name="answer">What became of git.</param>
    /// <param name="progress">Says when git has to end.</param>
    public async Task<string?> OwnWordsAsync(GitAnswer answer, IStepProgress progress)
    {
        var host = answer.Url.Host;
        if (answer.Has("REMOTE HOST IDENTIFICATION HAS CHANGED"))
        {
            return $"the host key of {host} is another one than the user {user} knows: if its administrator confirms the new one, "
                + "remove the old one (ssh-keygen -R) and enter the new one";
        }

        if (answer.Has("Host key verification failed"))
        {
            return $"the host key of {host} is not known: enter it into /etc/ssh/ssh_known_hosts or the known_hosts of the user {user} "
                + "(ssh-keyscan), once its administrator confirms it";
        }

        if (answer.Has("bad permissions"))
            return $"others may read the private key of the user {user}, and ssh then does not use it: chmod 600";
        if (answer.Has("Permission denied ("))
            return await DeniedAsync(answer, progress);
        return answer.Has("does not appear to be a git repository") || answer.Has("epository not found")
            ? $"{host} has no such repository, or not for that user"
            : null;
    }

    private async Task<string> DeniedAsync(GitAnswer answer, IStepProgress progress)
    {
        var host = answer.Url.Host;
        var verbose = await git.WithSshOptions("-v").RunAsync(
            workspace, answer.Url, address => ["ls-remote", "--", address, "HEAD"], progress);
        if (verbose.Has("Server accepts key"))
            return $"{host} takes the key of the user {user}, which has a passphrase that nobody is there to enter: use a key without one";
        return verbose.Has("Offering public key")
            ? $"{host} does not know the key of the user {user}: give its public half to {host}, for example as a deploy key"
            : $"the user {user}, as whom git runs, has no ssh key: make one without a passphrase (ssh-keygen) and give its public half to {host}";
    }
}
