"""Registration: fairs, companies, who takes part, what is asked for, briefings, challenges, awards."""
