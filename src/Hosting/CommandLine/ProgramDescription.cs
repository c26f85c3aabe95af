namespace WazoPlugind.Hosting.CommandLine;

/// <summary>A program, as its command line shows it.</summary>
/// <param name="Text">What it is, for <c>--help</c>.</param>
/// <param name="Run">The program itself.</param>
public sealed record ProgramDescription(string Text, Func<CommandLineOptions, Task> Run)
{
    /// <summary>The roles that <c>--roles</c> takes; empty for a program without.</summary>
    public IReadOnlyList<string> Roles { get; init; } = [];

    /// <summary>Makes what the program needs (<c>setup</c>); <c>null</c> for a program that makes nothing.</summary>
    public Func<SetupOptions, Task>? SetUp { get; init; }

    /// <summary>Whether the program can do without a broker (<c>--standalone</c>).</summary>
    public bool CanStandAlone { get; init; }
}
