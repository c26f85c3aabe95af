using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using WazoPlugind.Platform.Configuration.Rules;

namespace WazoPlugind.Platform.Configuration;

/// <summary>What the code of plugins may do while it is built (key <c>build</c>).</summary>
public sealed record BuildConfiguration : IValidatableObject
{
    /// <summary>The value of <see cref="Sandbox"/> that uses bubblewrap where it is installed and works.</summary>
    public const string Auto = "auto";

    /// <summary>The value of <see cref="Sandbox"/> that builds nothing without bubblewrap.</summary>
    public const string Bubblewrap = "bubblewrap";

    /// <summary>The value of <see cref="Sandbox"/> for builds that see the whole file system.</summary>
    public const string None = "none";

    /// <summary>The user whom the code of plugins runs as; where there is none of this name, that of the whole service.</summary>
    [Line]
    public string User { get; init; } = "wazo-plugind-build";

    /// <summary>One of <see cref="Auto"/>, <see cref="Bubblewrap"/> and <see cref="None"/>.</summary>
    [OneOf(Auto, Bubblewrap, None)]
    public string Sandbox { get; init; } = Auto;

    /// <summary>Whether builds have the network; only a sandbox can take it away.</summary>
    public bool Network { get; init; } = true;

    /// <summary>Megabytes of memory that one process of a build may have.</summary>
    [Megabytes(64)]
    public int MemoryMegabytes { get; init; } = 4096;

    /// <summary>Processes and threads that the user of builds may have while one of its builds starts another.</summary>
    [Between(16, 4194304)]
    public int Processes { get; init; } = 1024;

    /// <summary>Megabytes of one file that a build writes.</summary>
    [Megabytes]
    public int FileMegabytes { get; init; } = 2048;

    /// <summary>Whether nothing is built without a sandbox.</summary>
    [JsonIgnore]
    public bool RequiresSandbox => Sandbox == Bubblewrap || !Network;

    IEnumerable<ValidationResult> IValidatableObject.Validate(ValidationContext validationContext)
    {
        if (!Network && Sandbox == None)
            yield return KeyProblem.Of(validationContext, nameof(Network), "true where build.sandbox is none");
    }
}
