namespace WazoPlugind.Debian.Apt;

/// <summary>Another package manager is at work, and did not end in the time that one waits for it.</summary>
public sealed class PackageManagerBusyException() : Exception("another package manager is at work");
