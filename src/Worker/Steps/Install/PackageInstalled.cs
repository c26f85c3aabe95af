namespace WazoPlugind.Worker.Steps.Install;

/// <summary>A package is installed and configured.</summary>
public sealed record PackageInstalled;
