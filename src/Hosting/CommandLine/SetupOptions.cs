namespace WazoPlugind.Hosting.CommandLine;

/// <summary>What the command line of <c>setup</c> says.</summary>
/// <param name="Common">What every start of the program may say.</param>
/// <param name="IsLocal">Whether the broker is left alone.</param>
/// <param name="TakesOver">Whether what the replaced service left is put right.</param>
public sealed record SetupOptions(CommandLineOptions Common, bool IsLocal, bool TakesOver);
