namespace WazoPlugind.Plugins.Outcomes;

/// <summary>What kind of failure a step has met: who makes the operation's error of it has another one for each.</summary>
public enum FailureKind
{
    /// <summary>Anything else than the others.</summary>
    Step,

    /// <summary>A command that was run for the plugin (git, rules, dpkg-deb) failed.</summary>
    Command,

    /// <summary>The manifest's content is invalid.</summary>
    Validation,

    /// <summary>The operation was cancelled before the package manager had it.</summary>
    Cancelled,
}
