setTimeout(() => process.exit(1), 60_000);
