namespace WazoPlugind.Messages;

/// <summary>The steps of operations, as the progress events name them.</summary>
public static class StepName
{
    /// <summary>The command was accepted.</summary>
    public const string Starting = "starting";

    /// <summary>The source is fetched.</summary>
    public const string Downloading = "downloading";

    /// <summary>The source is laid out in the work directory, and its manifest read.</summary>
    public const string Extracting = "extracting";

    /// <summary>The manifest is validated.</summary>
    public const string Validating = "validating";

    /// <summary>The plugins that this one needs are installed.</summary>
    public const string InstallingDependencies = "installing dependencies";

    /// <summary><c>rules build</c> runs.</summary>
    public const string Building = "building";

    /// <summary><c>rules package</c> and dpkg-deb run.</summary>
    public const string Packaging = "packaging";

    /// <summary>The package lists are updated, if a Debian dependency is missing.</summary>
    public const string Updating = "updating";

    /// <summary>The package is installed.</summary>
    public const string Installing = "installing";

    /// <summary>The work directories are removed.</summary>
    public const string Cleaning = "cleaning";

    /// <summary>The package is removed.</summary>
    public const string Removing = "removing";

    /// <summary>The operation ended well.</summary>
    public const string Completed = "completed";

    /// <summary>The operation failed.</summary>
    public const string Error = "error";
}
